"""Send files to the admin's import, and read what it answers."""

import csv
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from journeys.admin.formats import EXTENSIONS
from journeys.models import Persona
from tests.journeys.admin_pages import address


def file(content: str | bytes, name: str = "file.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def table(*rows: dict[str, Any]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def preview(client: Client, upload: str | bytes | SimpleUploadedFile, model: Any = Persona) -> Any:
    upload = upload if isinstance(upload, SimpleUploadedFile) else file(upload)
    return client.post(address(model, "import"), {"import_file": upload, "resource": "0"})


def confirm(client: Client, previewed: Any, model: Any = Persona) -> Any:
    data = previewed.context["confirm_form"].initial
    return client.post(address(model, "process_import"), data, follow=True)


def imported(client: Client, upload: Any, model: Any = Persona) -> str:
    """Import a file that has no fault, and return the message."""
    previewed = preview(client, upload, model)
    assert previewed.context.get("confirm_form"), refusal(previewed)
    return " ".join(map(str, confirm(client, previewed, model).context["messages"]))


def refusal(response: Any) -> str:
    """Return why a file is not imported, as the page says it."""
    assert "confirm_form" not in response.context or response.context["confirm_form"] is None
    html = response.content.decode()
    found = [html[html.find("errornote") :][:2000] if "errornote" in html else ""]
    found += [str(error) for error in response.context["form"].errors.values()]
    return " ".join(found).replace("&quot;", '"').replace("&#x27;", "'")


def exported(client: Client, extension: str, model: Any = Persona, **query: Any) -> bytes:
    number = list(EXTENSIONS).index(extension)
    page = address(model, "export")
    response = client.post(
        page + ("?q=" + query["q"] if query else ""), {"format": number, "resource": "0"}
    )
    content: bytes = response.content
    assert f".{extension}" in response["Content-Disposition"]
    return content
