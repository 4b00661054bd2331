/** Dates as the person's language writes them. Photo times are local wall-clock time marked `Z`, so never shifted. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than drawing a photo, and a timeline names hundreds of dates while it scrolls. */
function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, format);
  return format;
}

/** A day's name; null for what is no date. `compact` leaves the weekday out. */
export function formatDay(
  date: string | null,
  language: string,
  { compact = false, today = new Date() } = {},
): string | null {
  const day = parseDay(date ?? '');
  if (!day) return null;
  const sameYear = day.getUTCFullYear() === today.getFullYear();
  return dateFormat(language, {
    weekday: compact ? undefined : sameYear ? 'long' : 'short',
    day: 'numeric',
    month: sameYear ? 'long' : 'short',
    year: sameYear ? undefined : 'numeric',
    timeZone: 'UTC',
  }).format(day);
}

export function formatMonth(date: string, language: string): string {
  const day = parseDay(date);
  return day ? dateFormat(language, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(day) : date;
}

/** When a photo was taken. */
export function formatTaken(timestamp: string, language: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return timestamp;
  return dateFormat(language, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(time);
}

/** A moment on the server, in the person's own time zone. */
export function formatMoment(timestamp: string, language: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return timestamp;
  return dateFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

/** "5 s", "2 min 5 s", "1 h 12 min": two units at most. */
export function formatDuration(seconds: number, language: string): string {
  const parts = [
    { unit: 'hour', value: Math.floor(seconds / 3600) },
    { unit: 'minute', value: Math.floor(seconds / 60) % 60 },
    { unit: 'second', value: Math.floor(seconds) % 60 },
  ];
  const first = parts.findIndex((part) => part.value > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2).filter((part) => part.value > 0);
  return shown
    .map(({ unit, value }) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}

export function formatBytes(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step],
    maximumFractionDigits: step ? 1 : 0,
  }).format(bytes / 1000 ** step);
}

function parseDay(date: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  return match ? new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))) : null;
}
