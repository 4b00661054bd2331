/** The product's own processes, where the tests started it: its launcher's id is in LAUNCHER_PID then. */
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  id: number;
  parent: number;
  command: string;
}

/** The id of the process that answers requests; null where there is none of ours. The launcher starts it anew when it dies. */
export function apiWorker(): number | null {
  const launcher = Number(process.env.LAUNCHER_PID ?? '');
  if (!launcher) return null;
  const all = processes();
  const isOurs = (one: Process | undefined): boolean =>
    one !== undefined && (one.parent === launcher || isOurs(all.find(({ id }) => id === one.parent)));
  const api = all.filter((one) => one.command.includes('librephotos.wsgi') && isOurs(one));
  // A shell may have started gunicorn's master, and that the worker.
  return api.find(({ id }) => !api.some(({ parent }) => parent === id))?.id ?? null;
}

export function signalApiWorker(signal: 'SIGSTOP' | 'SIGKILL'): void {
  const id = apiWorker();
  if (id !== null) process.kill(id, signal);
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
        return [{ id: Number(name), parent: Number(parent), command }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}
