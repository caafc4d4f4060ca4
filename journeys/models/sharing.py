"""Links by which people without an account look at one journey, as far as each link shows it."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from journeys.models.cards import Lane, LaneKind, LaneQuerySet
from journeys.models.journeys import Journey
from journeys.models.workspaces import WorkspaceContentQuerySet

WRONG_TRIES = 10
LOCKED_FOR = timedelta(minutes=15)


def new_nonce() -> str:
    """Return 128 random bits, from which a link's token is derived."""
    return secrets.token_hex(16)


class ShareAllows(models.TextChoices):
    """What whoever has a link may do."""

    VIEW = "view", "Look"
    COMMENT = "comment", "Look and comment"


class ShareState(StrEnum):
    """Whether a link leads anywhere."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ShareLinkQuerySet(WorkspaceContentQuerySet["ShareLink"]):
    """Links, by workspace and by whether they lead anywhere."""

    workspace_path = "journey__workspace"

    def open(self, today: date) -> Self:
        """Keep the links that are neither expired nor revoked."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=today)

    def with_token(self, token: str) -> Self:
        """Keep the link with that token; its digest is compared, so that no time tells a guess."""
        return self.filter(digest=ShareLink.digest_of(token))

    def reading_team_comments(self, journey: Journey) -> Self:
        """Keep the open links of a journey whose visitors read what members say."""
        links = self.open(timezone.localdate()).filter(journey=journey)
        return links.filter(allows=ShareAllows.COMMENT, shows_team_comments=True)

    def with_openings(self) -> Self:
        """Annotate `opened`, how often it was opened, and `last_opened`, the day; else None."""
        return self.annotate(opened=models.Sum("days__opened"), last_opened=models.Max("days__day"))


class ShareLink(models.Model):
    """A secret address at which everybody who has it sees one journey, read-only.

    It belongs to the journey: it goes on when who made it leaves, and goes with the journey.
    """

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="share_links")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="share_links"
    )
    name = models.CharField(max_length=80, help_text="For whom or what; visitors do not see it.")
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField(help_text="The last day on which it opens.")
    password = models.CharField(max_length=128, blank=True, editable=False)
    allows = models.CharField(max_length=7, choices=ShareAllows.choices, default=ShareAllows.VIEW)
    lanes = models.ManyToManyField(Lane, blank=True, related_name="share_links")
    query = models.CharField(
        max_length=1000, blank=True, help_text="The view's filters, as in the map's address."
    )
    hides_quotes = models.BooleanField(default=True)
    hides_names = models.BooleanField(default=True)
    shows_figures = models.BooleanField(default=True)
    shows_team_comments = models.BooleanField(default=False)
    origins = models.CharField(
        max_length=1000, blank=True, help_text="Sites that may embed it, one per line."
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    wrong_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    wrong_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(allows__in=ShareAllows.values), name="share_allows_known"
            ),
            models.CheckConstraint(
                condition=models.Q(password="") | models.Q(origins=""),
                name="share_password_not_in_frames",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def digest_of(token: str) -> str:
        """Return what is kept of a token; 192 bits need no slow hash."""
        return hashlib.sha256(token.encode()).hexdigest()

    def seal(self) -> None:
        """Note the digest of the token, before the link is saved for the first time."""
        self.digest = self.digest_of(_token(self.nonce, settings.SECRET_KEY))

    @property
    def token(self) -> str:
        """Return the token, derived anew; "" where the server's key is another one by now."""
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            token = _token(self.nonce, key)
            if constant_time_compare(self.digest_of(token), self.digest):
                return token
        return ""

    @property
    def address(self) -> str:
        """Return the whole address; "" as of the token."""
        return self._address("journeys:shared_map")

    @property
    def embed_address(self) -> str:
        """Return the whole address for frames; "" as of the token."""
        return self._address("journeys:shared_embed")

    def _address(self, page: str) -> str:
        token = self.token
        return settings.SITE_URL + reverse(page, args=[token]) if token else ""

    @property
    def sites(self) -> list[str]:
        """Return the origins that may embed it."""
        return self.origins.split()

    @property
    def takes_comments(self) -> bool:
        """True where visitors may comment."""
        return self.allows == ShareAllows.COMMENT

    def shown_lanes(self) -> LaneQuerySet:
        """Return the lanes that visitors see, from above: the chosen ones that are on the map."""
        lanes = Lane.objects.current().filter(share_links=self, journey=self.journey_id)
        if self.hides_quotes:
            lanes = lanes.exclude(kind__in=LaneKind.quoting())
        return lanes.order_by("position")

    def state(self, today: date) -> ShareState:
        """Return whether it leads anywhere."""
        if self.revoked_at is not None:
            return ShareState.REVOKED
        return ShareState.EXPIRED if self.expires_on < today else ShareState.OPEN

    def revoke(self, now: datetime) -> bool:
        """End it for good; return False where it was ended already."""
        ended = ShareLink.objects.filter(pk=self.pk, revoked_at__isnull=True)
        if not ended.update(revoked_at=now):
            return False
        self.revoked_at = now
        return True

    def set_password(self, password: str) -> None:
        """Ask for this password from now on; for none with "". Whoever is in has to enter anew."""
        self.password = make_password(password) if password else ""

    def may_try(self, now: datetime) -> bool:
        """Count a try at the password; return False after too many, for a while.

        Counted in the row, before the password is looked at: it holds for all processes together.
        """
        row = ShareLink.objects.filter(pk=self.pk)
        over = models.Q(wrong_since__isnull=True) | models.Q(wrong_since__lte=now - LOCKED_FOR)
        row.filter(over).update(wrong_tries=0, wrong_since=now)
        counted = row.filter(wrong_tries__lt=WRONG_TRIES).update(
            wrong_tries=models.F("wrong_tries") + 1
        )
        return bool(counted)

    def opens_with(self, password: str) -> bool:
        """Compare the password, in a time that does not tell; the right one forgets wrong tries."""
        if not check_password(password, self.password):
            return False
        ShareLink.objects.filter(pk=self.pk).update(wrong_tries=0, wrong_since=None)
        return True

    def count_opening(self, day: date) -> None:
        """Count that it was opened on a day, and nothing about by whom."""
        ShareDay.objects.bulk_create([ShareDay(link=self, day=day)], ignore_conflicts=True)
        self.days.filter(day=day).update(opened=models.F("opened") + 1)


def _token(nonce: str, key: str | bytes) -> str:
    made = salted_hmac("journeys.share_link", nonce, key, algorithm="sha256").digest()
    return urlsafe_b64encode(made[:24]).decode()


class ShareDay(models.Model):
    """How often a link was opened on one day."""

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["link_id", "day"]
        constraints = [
            models.UniqueConstraint(fields=["link", "day"], name="share_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.day}"
