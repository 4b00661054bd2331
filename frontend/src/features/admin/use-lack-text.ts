import { useTranslation } from 'react-i18next';
import type { Machine, ModelCost } from '@/lib/api-types';
import { formatBytes } from '@/lib/dates';

type Warning = ModelCost['warnings'][number];

/** Say what this machine lacks for a model. The server's words stand in while the machine is not known yet. */
export function useLackText(): (warning: Warning, cost: ModelCost, machine: Machine | undefined) => string {
  const { t, i18n } = useTranslation();
  const size = (bytes: number | null) => formatBytes(bytes ?? 0, i18n.language);
  return (warning, cost, machine) =>
    machine
      ? t(`admin.lacks.${warning.code}`, {
          ram: size(cost.ram_bytes),
          free: size(machine.ram_free_bytes),
          budget: size(machine.memory_budget_bytes),
          vram: size(cost.vram_bytes),
          vramFree: size(machine.vram_free_bytes),
          disk: size(cost.disk_bytes),
          diskFree: size(machine.disk_free_bytes),
        })
      : warning.detail;
}
