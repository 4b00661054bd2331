"""Shapes of the model list."""

from typing import Any, get_args

from rest_framework import serializers

from api.model_registry import MODEL_TASKS, Task


class QualitySerializer(serializers.Serializer[Any]):
    """A published figure, and where it is published; absent when nobody published one."""

    dataset = serializers.CharField(required=False)
    metric = serializers.CharField(required=False)
    value = serializers.FloatField(required=False)
    source = serializers.CharField(required=False)  # type: ignore[assignment]


class ModelSerializer(serializers.Serializer[Any]):
    """A model, what it costs, and what of it is on this machine.

    `available`: this version can use it. `verified`: every file's hash is known from public sources; otherwise the
    hub's own is asked for. `download_bytes` is null when only the server knows. While it is downloaded, and then
    converted, `percentage`, `job_id` and `job` (the job's number in /api/jobs/) tell; `error` is why that failed.
    """

    id = serializers.CharField()
    task = serializers.ChoiceField(choices=get_args(Task))
    service = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    description = serializers.CharField()
    licence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    revision = serializers.CharField()
    runtime = serializers.CharField()
    ram_bytes = serializers.IntegerField()
    vram_bytes = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())
    quality = QualitySerializer()
    bundled = serializers.BooleanField()
    recommended = serializers.BooleanField()
    librephotos_name = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField()
    available = serializers.BooleanField()
    verified = serializers.BooleanField()
    state = serializers.ChoiceField(choices=("bundled", "installed", "downloading", "converting", "missing"))
    installed = serializers.BooleanField()
    outdated = serializers.BooleanField()
    installed_bytes = serializers.IntegerField()
    conversion = serializers.DictField(help_text="Figures of its conversion, as its service reported them; or empty.")
    download_bytes = serializers.IntegerField(allow_null=True)
    partial_bytes = serializers.IntegerField()
    percentage = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    job_id = serializers.CharField(allow_null=True)
    job = serializers.IntegerField(allow_null=True)
    error = serializers.CharField(allow_blank=True)
    error_code = serializers.CharField(allow_blank=True)


class ModelWarningSerializer(serializers.Serializer[Any]):
    """What this machine lacks for a model: `code` for programs, `detail` as a sentence."""

    code = serializers.ChoiceField(choices=("memory_budget", "ram", "service_limit", "vram", "disk"))
    detail = serializers.CharField()


class ReasonSerializer(serializers.Serializer[Any]):
    """A sentence, and what a client needs to say it in another language."""

    code = serializers.CharField()
    detail = serializers.CharField()
    values = serializers.DictField(child=serializers.CharField())


class ModelCostSerializer(serializers.Serializer[Any]):
    """What choosing a model costs on this machine, in bytes, and what one gets.

    `setting` is the field of /api/sitesettings that takes `id`. `disk_bytes`: free disk that installing takes at its
    peak, the conversion included; null when only the source knows, 0 when it is there. `service_why` says what is
    missing where the service that runs it cannot be reached, for example a library; empty when all is there. `quality`
    is empty when nobody published a figure. `warning` is empty when the machine has room; otherwise choosing it needs
    `confirm`.
    """

    id = serializers.CharField()
    setting = serializers.ChoiceField(choices=[name.lower() for name in MODEL_TASKS])
    label = serializers.CharField()  # type: ignore[assignment]
    ram_bytes = serializers.IntegerField()
    vram_bytes = serializers.IntegerField()
    download_bytes = serializers.IntegerField(allow_null=True)
    disk_bytes = serializers.IntegerField(allow_null=True)
    installed = serializers.BooleanField()
    service_why = serializers.CharField(allow_blank=True)
    service_reason = ReasonSerializer(allow_null=True, help_text="`service_why` with a code.")
    languages = serializers.ListField(child=serializers.CharField())
    quality = QualitySerializer()
    warnings = ModelWarningSerializer(many=True)
    warning = serializers.CharField(allow_blank=True)


class ModelChoiceSerializer(ModelCostSerializer):
    """`active`: it is the one in use."""

    active = serializers.BooleanField()


class MachineSerializer(serializers.Serializer[Any]):
    """What this machine has, in bytes.

    `ram_free_bytes` and `vram_free_bytes` count what loaded models hold, since they give it back when they are idle.
    `ram_limited_by`: cgroup where a container or a service manager allows less than the machine has. `gpu` is empty,
    and both numbers of VRAM are 0, when no service sees one.
    """

    ram_bytes = serializers.IntegerField()
    ram_free_bytes = serializers.IntegerField()
    ram_limited_by = serializers.ChoiceField(choices=("machine", "cgroup"))
    memory_budget_bytes = serializers.IntegerField(help_text="What models may take together; see MEMORY_BUDGET.")
    gpu = serializers.CharField(allow_blank=True)
    vram_bytes = serializers.IntegerField()
    vram_free_bytes = serializers.IntegerField()
    disk_free_bytes = serializers.IntegerField(help_text="On the models' disk, without what is to stay free.")


class ModelCostListSerializer(serializers.Serializer[Any]):
    """Every model that can be chosen, grouped by setting, in the order of the list."""

    machine = MachineSerializer()
    results = ModelChoiceSerializer(many=True)


class ConfirmSerializer(serializers.Serializer[Any]):
    """`confirm`: take it although the machine has too little free; without it that is 409 `confirm_needed`."""

    confirm = serializers.BooleanField(required=False, default=False)


class ConfirmNeededSerializer(serializers.Serializer[Any]):
    """Nothing was changed. `code` is confirm_needed, `costs` has the models that need more than there is."""

    code = serializers.CharField()
    detail = serializers.CharField()
    costs = ModelCostSerializer(many=True)


class ModelListSerializer(serializers.Serializer[Any]):
    results = ModelSerializer(many=True)


class ModelJobSerializer(serializers.Serializer[Any]):
    """A job on a model; `job` is its number in /api/jobs/."""

    job_id = serializers.CharField()
    job = serializers.IntegerField()


class ServiceSerializer(serializers.Serializer[Any]):
    """`health` is the service's own answer; null when it does not run or cannot be reached.

    `why` is a sentence: what is missing when it is absent, what went wrong, or why its model runs on another device
    than the best one; empty when all is as it should be. `reason` is the same with a code, where the service gives one.
    """

    name = serializers.CharField()
    task = serializers.CharField()
    state = serializers.ChoiceField(choices=("absent", "idle", "loading", "ready", "failed", "unreachable"))
    health = serializers.JSONField(allow_null=True)
    why = serializers.CharField(allow_blank=True)
    reason = ReasonSerializer(allow_null=True)


class ServiceListSerializer(serializers.Serializer[Any]):
    results = ServiceSerializer(many=True)
