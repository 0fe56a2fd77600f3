# Sourced by the commands: sets PYTHON to a Python that Odoo 19 runs on and that can make
# virtual environments.
property_python() {
    local name
    for name in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.10 /usr/bin/python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' \
            >/dev/null 2>&1; then
            PYTHON=$name
            return
        fi
    done
    echo "Odoo 19 needs Python 3.10 to 3.13 with venv (Debian: python3 and python3-venv)." >&2
    exit 2
}
property_python
