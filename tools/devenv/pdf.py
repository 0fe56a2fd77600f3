"""wkhtmltopdf with patched Qt, the libraries it needs, and a font for Chinese.

Everything goes into a folder of the cache and is reached through PATH, a wrapper and
FONTCONFIG_FILE, so that neither root nor a change of the machine is needed.
"""

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path
from xml.sax.saxutils import escape

from . import debian
from .base import CACHE, SetupError, artifact, digest, run, stamp, stamped, timed
from .venv import VENV

BIN = CACHE / "bin"
FONT_PACKAGE = "fonts-noto-cjk"
# Which Debian package has which of the libraries wkhtmltopdf is linked with.
LIBRARY_PACKAGES = {
    "libXrender.so.1": "libxrender1",
    "libXext.so.6": "libxext6",
    "libX11.so.6": "libx11-6",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
    "libssl.so.3": "libssl3",
}
# Latin letters as before; the Chinese shapes of characters that Japanese writes differently.
FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias>
    <family>sans-serif</family>
    <prefer><family>DejaVu Sans</family><family>Noto Sans CJK SC</family></prefer>
  </alias>
  <alias>
    <family>serif</family>
    <prefer><family>DejaVu Serif</family><family>Noto Serif CJK SC</family></prefer>
  </alias>
</fontconfig>
"""
SAMPLE = """<!DOCTYPE html><html><head><meta charset="utf-8"></head>
<body style="font-size: 40px">物业费收据</body></html>"""


def environment():
    """Make the PDF tools ready; return the variables that lead to them."""
    libraries = []
    values = {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}", **fonts()}
    own = _site_wkhtmltopdf()
    program = own or VENV / "bin/wkhtmltopdf-pack"
    if not own:
        libraries = _missing_libraries(program)
    _write_wrapper(program, _library_folder(libraries) if libraries else None)
    wrapper = (BIN / "wkhtmltopdf").read_bytes()
    key = digest(wrapper, *libraries, values.get("FONTCONFIG_FILE", ""))
    if not stamped("pdf", key):
        with timed("checking that a Chinese PDF can be made"):
            _check({**os.environ, **values})
        stamp("pdf", key)
    return values


def fonts():
    """The variable that leads to a Chinese font, where the machine has none of its own."""
    return {} if _has_chinese_font() else {"FONTCONFIG_FILE": str(_fonts_conf())}


def _site_wkhtmltopdf():
    """The machine's own wkhtmltopdf when it has patched Qt (Debian's has not)."""
    path = os.pathsep.join(
        part
        for part in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if part and Path(part) != BIN
    )
    found = shutil.which("wkhtmltopdf", path=path)
    if found and "with patched qt" in run([found, "--version"], check=False):
        return Path(found)
    return None


def _missing_libraries(program):
    lines = run(["ldd", program], check=False).splitlines()
    return [line.split()[0] for line in lines if "not found" in line]


def _library_folder(names):
    packages = sorted({LIBRARY_PACKAGES.get(name) or _unknown(name) for name in names})
    if not debian.available():
        raise SetupError(f"wkhtmltopdf needs the libraries {', '.join(names)}: install them.")

    def build(folder):
        with timed(f"unpacking {', '.join(packages)}"):
            debian.Apt().unpack_with_depends(packages, folder)

    folder = artifact("libraries", digest(*packages), build)
    triplet = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
    return os.pathsep.join(str(folder / part / triplet) for part in ("usr/lib", "lib"))


def _unknown(name):
    raise SetupError(f"wkhtmltopdf needs the library {name}, which this machine lacks.")


def _write_wrapper(program, library_folder):
    """``wkhtmltopdf`` on PATH; the libraries are for this program only.

    Its Qt complains about every function it misses in today's OpenSSL, which Odoo would log
    as a warning for each report; reports come from this machine by plain HTTP.
    """
    BIN.mkdir(parents=True, exist_ok=True)
    lines = ["#!/usr/bin/env bash"]
    if library_folder:
        lines.append(f"export LD_LIBRARY_PATH={shlex.quote(library_folder)}")
    quiet = "2> >(grep -v '^QSslSocket: cannot' >&2)"
    lines.append(f'exec {shlex.quote(str(program))} "$@" {quiet}')
    wrapper = BIN / "wkhtmltopdf"
    text = "\n".join(lines) + "\n"
    if not wrapper.exists() or wrapper.read_text() != text:
        aside = BIN / ".wkhtmltopdf.part"
        aside.write_text(text)
        aside.chmod(0o755)
        aside.rename(wrapper)


def _has_chinese_font():
    if not shutil.which("fc-list"):
        fonts = Path("/usr/share/fonts")
        return any(fonts.rglob("*CJK*.tt[cf]")) or any(fonts.rglob("*CJK*.otf"))
    done = subprocess.run(
        ["fc-list", ":lang=zh-cn", "family"],
        env={key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"},
        capture_output=True,
        text=True,
        check=False,
    )
    return bool(done.stdout.strip())


def _fonts_conf():
    if not debian.available():
        raise SetupError(f"No font for Chinese on this machine: install {FONT_PACKAGE}.")

    def build(folder):
        with timed(f"unpacking {FONT_PACKAGE}"):
            debian.Apt().unpack([FONT_PACKAGE], folder)

    folder = artifact("fonts", digest(FONT_PACKAGE), build)
    path = CACHE / "fonts.conf"
    text = FONTS_CONF.format(
        fonts=escape(str(folder / "usr/share/fonts")), cache=escape(str(CACHE / "fontconfig"))
    )
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path


def _check(env):
    page, pdf = CACHE / "sample.html", CACHE / "sample.pdf"
    page.write_text(SAMPLE)
    noise = run([BIN / "wkhtmltopdf", "--quiet", page, pdf], env=env)
    if noise.strip():
        raise SetupError(f"wkhtmltopdf complains:\n{noise}")
    fonts = re.findall(rb"/FontName\s*/(\S+)", pdf.read_bytes())
    if not any(re.search(rb"CJK|Song|Hei|Kai|Ming|WenQuanYi|Han", font) for font in fonts):
        names = b", ".join(fonts).decode(errors="replace") or "none"
        raise SetupError(
            f"A PDF with Chinese text came out without a Chinese font (fonts: {names})."
        )
    page.unlink()
    pdf.unlink()
