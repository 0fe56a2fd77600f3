# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``./bench billing_size [UNITS] [MONTHS]``: a month's bills of so many homes, by this suite alone.

Three estates of the generator are billed in the chunks and with the commits of the scheduled
action. Started with several sizes, one after the other, time and queries per invoice are to stay
what they are, and so is the memory of the process. 10,000 homes and three months where nothing else is said.
"""

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from billing import bill_with_suite
from dateutil.relativedelta import relativedelta
from generator import Generator, vacuum
from harness import environment

LABELS = ("a tenth set off", "a tenth set off", "nothing in advance")


def main(argv):
    """Bill the homes and print what it came to."""
    with environment() as env:
        generator = Generator(env, months=2)
        generator.grow(int(argv[0]) if argv else 10_000)
        vacuum(env)
        before = memory()
        # a tenth of the homes have paid in advance; that lasts for two months
        months = int(argv[1]) if argv[1:] else len(LABELS)
        for number, label in enumerate(LABELS[:months], 1):
            month = generator.sample.months[-1] + relativedelta(months=number)
            count = generator.units
            _run, *measured = bill_with_suite(env, generator.sample.estates, count, month)
            report(count, label, *measured)
        print(f"most memory of the process, before and after: {before:.0f}, {memory():.0f} MB")


def report(count, label, generate, post):
    """Print what an invoice came to."""
    cpu = float("nan") if post.cpu is None else 1000 * post.cpu / count
    print(
        f"{count:>8} homes, {label:20}{1000 * generate.seconds / count:>8.2f} ms charges"
        f"{1000 * post.seconds / count:>8.2f} ms posted{cpu:>8.2f} ms cpu"
        f"{post.queries / count:>8.3f} queries",
        flush=True,
    )


def memory():
    """Return the most memory this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
