"""`python -m mlval COMMAND`: thin; every command is one function of a module beside this one.

Imports are inside the commands, so that `predict` on a URL needs no torch.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from mlval.im2txt.config import RewardConfig

Command = Callable[[argparse.Namespace], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 2 with a sentence on standard error when its arguments or files are wrong."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    arguments = build_parser().parse_args(argv)
    command: Command = arguments.command
    try:
        command(arguments)
    except (ValueError, OSError, ImportError) as error:
        sys.stderr.write(f"mlval: {error}\n")
        return 2
    return 0


def build_parser() -> argparse.ArgumentParser:
    """All commands and options."""
    parser = argparse.ArgumentParser(prog="python -m mlval", description="Train, measure and compare captioners.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = _add(commands, "train", "train a captioner and its scorer from scratch", run_train)
    train.add_argument("family", choices=["im2txt"])
    train.add_argument("--data", type=Path, required=True, help="folder with photos and captions")
    train.add_argument("--out", type=Path, required=True, help="folder of the run")
    train.add_argument("--pretrain", type=Path, help="folder of labelled tiles for the encoder")
    train.add_argument("--resume", action="store_true", help="go on where --out stopped")
    train.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="e.g. caption.epochs=5")

    export = _add(commands, "export", "write the service's files from a run", run_export)
    export.add_argument("--run", type=Path, required=True)
    export.add_argument("--captioner", type=Path, required=True, help="folder to write")
    export.add_argument("--scorer", type=Path, required=True, help="folder to write")
    export.add_argument("--checkpoint", default="reward.pt", choices=["reward.pt", "caption.pt"])
    export.add_argument("--version", required=True)
    export.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="e.g. num_beams=5")

    int8 = _add(commands, "int8", "make an exported captioner int8, and measure both on dev", run_int8)
    int8.add_argument("--captioner", type=Path, required=True, help="folder that `export` wrote")
    int8.add_argument("--out", type=Path, required=True, help="folder to write")
    int8.add_argument("--data", type=Path, required=True)
    int8.add_argument("--limit", type=int, help="only the first N photos of dev")
    int8.add_argument("--may-lose", type=float, default=1.0, metavar="CIDER", help="fail when int8 loses more")

    tune = _add(commands, "tune", "measure image sizes, beams and length exponents on dev", run_tune)
    tune.add_argument("--run", type=Path, required=True)
    tune.add_argument("--data", type=Path, required=True)
    tune.add_argument("--checkpoint", default="reward.pt", choices=["reward.pt", "caption.pt"])
    tune.add_argument("--sizes", type=int, nargs="+", default=[128, 144, 160])
    tune.add_argument("--beams", type=int, nargs="+", default=[3])
    tune.add_argument("--exponents", type=float, nargs="+", default=[0.7])
    tune.add_argument("--blend", type=float, default=RewardConfig().blend, help="as reward.blend of `export`")
    tune.add_argument("--limit", type=int, help="only the first N photos")

    predict = _add(commands, "predict", "write captions of a split as JSON lines", run_predict)
    _add_model(predict)
    predict.add_argument("--out", type=Path, required=True)

    evaluate = _add(commands, "evaluate", "measure a captioner on a split", run_evaluate)
    _add_model(evaluate)
    evaluate.add_argument("--log", type=Path, default=Path("mlval-log.jsonl"))
    evaluate.add_argument("--scorer", default="bundled-scorer", help='id or folder of a scorer, or "none"')
    evaluate.add_argument("--llm", help="GGUF file for perplexity (needs llama_cpp)")
    evaluate.add_argument("--no-java", action="store_true", help="leave METEOR, SPICE and the PTB tokenizer out")
    evaluate.add_argument("--bias", action="store_true", help="add the gender table")

    report = _add(commands, "report", "table and plots of a log", run_report)
    report.add_argument("--log", type=Path, default=Path("mlval-log.jsonl"))
    report.add_argument("--out", type=Path, default=Path("mlval-report"))

    attention = _add(commands, "attention", "draw where the captioner looked", run_attention)
    attention.add_argument("image", type=Path)
    attention.add_argument("--model", default="bundled")
    attention.add_argument("--out", type=Path, default=Path("attention.png"))

    judge = _add(commands, "judge", "rank correlation of a scorer with human grades", run_judge)
    judge.add_argument("--annotations", type=Path, required=True, help="Flickr8k-Expert's format")
    judge.add_argument("--data", type=Path, required=True, help="photos and captions the grades are about")
    judge.add_argument("--scorer", default="bundled-scorer")

    guard = _add(commands, "guard", "measure the guard of drafts on labelled rewrites", run_guard)
    guard.add_argument("file", type=Path, help="JSON or JSON lines, for example tests/cases/guard.jsonl")
    guard.add_argument("--verbose", action="store_true", help="list every case")
    guard.add_argument("--strict", action="store_true", help="fail when a good or bad case is judged wrongly")
    return parser


def run_train(arguments: argparse.Namespace) -> None:
    """Command `train`."""
    from mlval.im2txt.config import Config
    from mlval.im2txt.train import train

    config = Config().override(arguments.set)
    train(config, arguments.data, arguments.out, arguments.pretrain, resume=arguments.resume)


def run_export(arguments: argparse.Namespace) -> None:
    """Command `export`."""
    from mlval.im2txt.config import Config
    from mlval.im2txt.train import export

    config = Config().override(arguments.set)
    export(
        config, arguments.run, arguments.checkpoint, arguments.captioner, arguments.scorer, version=arguments.version
    )


def run_int8(arguments: argparse.Namespace) -> None:
    """Command `int8`."""
    from mlval.im2txt.int8 import to_int8

    rows = to_int8(arguments.captioner, arguments.out, arguments.data, photos=arguments.limit)
    for name, row in zip(("float32", "int8"), rows, strict=True):
        sys.stdout.write(f"{name:8} " + "  ".join(f"{key} {value:.5g}" for key, value in row.items()) + "\n")
    lost = rows[0]["cider"] - rows[1]["cider"]
    if lost > arguments.may_lose:
        raise ValueError(f"int8 loses {lost:.2f} CIDEr, more than the {arguments.may_lose:g} it may: ship the export")


def run_tune(arguments: argparse.Namespace) -> None:
    """Command `tune`."""
    from mlval.im2txt.tune import tune

    for row in tune(
        arguments.run,
        arguments.checkpoint,
        arguments.data,
        sizes=arguments.sizes,
        beams=arguments.beams,
        exponents=arguments.exponents,
        photos=arguments.limit,
        blend=arguments.blend,
    ):
        sys.stdout.write("  ".join(f"{name} {value:.4g}" for name, value in row.items()) + "\n")
        sys.stdout.flush()


def run_predict(arguments: argparse.Namespace) -> None:
    """Command `predict`."""
    from mlval.captioners import open_source
    from mlval.datasets import read_records
    from mlval.predict import predict, write_predictions

    records = read_records(arguments.data, arguments.split)[: arguments.limit]
    source = open_source(arguments.model, num_beams=arguments.beams, token=os.environ.get("SERVICE_TOKEN"))
    predictions, _ = predict(source, records)
    write_predictions(arguments.out, records, [prediction.text for prediction in predictions])


def run_evaluate(arguments: argparse.Namespace) -> None:
    """Command `evaluate`."""
    from mlval.captioners import open_source
    from mlval.datasets import read_records
    from mlval.evaluate import Options, append_log, evaluate
    from mlval.metrics import llama_log_probs
    from mlval.scorers import open_scorer

    records = read_records(arguments.data, arguments.split)[: arguments.limit]
    options = Options(
        scorer=None if arguments.scorer == "none" else open_scorer(arguments.scorer),
        scorer_name=arguments.scorer,
        log_probs=llama_log_probs(arguments.llm) if arguments.llm else None,
        java=False if arguments.no_java else None,
        bias=arguments.bias,
    )
    source = open_source(arguments.model, num_beams=arguments.beams, token=os.environ.get("SERVICE_TOKEN"))
    row = evaluate(source, arguments.data.resolve().name, arguments.split, records, options)
    append_log(arguments.log, row)
    sys.stdout.write(json.dumps(row, indent=2, ensure_ascii=False) + "\n")


def run_report(arguments: argparse.Namespace) -> None:
    """Command `report`."""
    from mlval.report import report

    report(arguments.log, arguments.out)
    sys.stdout.write((arguments.out / "report.md").read_text(encoding="utf-8"))


def run_attention(arguments: argparse.Namespace) -> None:
    """Command `attention`."""
    from mlval.attention import attention_figure

    caption = attention_figure(arguments.image, arguments.out, model=arguments.model)
    sys.stdout.write(f"{caption}\n{arguments.out}\n")


def run_judge(arguments: argparse.Namespace) -> None:
    """Command `judge`."""
    from mlval.datasets import read_records
    from mlval.judge import judge, read_judgements
    from mlval.scorers import open_scorer

    scorer = open_scorer(arguments.scorer)
    result = judge(scorer, read_judgements(arguments.annotations), read_records(arguments.data))
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def run_guard(arguments: argparse.Namespace) -> None:
    """Command `guard`."""
    from mlval.guard import run

    sys.stdout.write(run(arguments.file, verbose=arguments.verbose, strict=arguments.strict) + "\n")


def _add(commands: argparse._SubParsersAction, name: str, text: str, command: Command) -> argparse.ArgumentParser:  # type: ignore[type-arg]
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", required=True, help='id ("bundled"), folder of weights, or URL of a service')
    parser.add_argument("--data", type=Path, required=True, help="folder with photos and captions")
    parser.add_argument("--split", required=True)
    parser.add_argument("--beams", type=int, help="instead of the model's own number")
    parser.add_argument("--limit", type=int, help="only the first N photos")


if __name__ == "__main__":
    sys.exit(main())
