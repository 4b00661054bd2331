export interface FieldError {
  field: string;
  message: string;
}

/** A refusal of the server, or (`code` "network", status 0) no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldError[];
  /** Seconds after which trying again makes sense, where the server said so. */
  readonly retryAfterS: number | null;
  /** Further facts of the answer, for example `job_id` of a download. */
  readonly extra: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, retryAfterS: number | null = null) {
    const { code, detail, errors, ...extra } = body;
    super(typeof detail === 'string' ? detail : `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = typeof code === 'string' ? code : fallbackCode(status);
    this.detail = typeof detail === 'string' ? detail : '';
    this.errors = Array.isArray(errors) ? (errors as FieldError[]) : [];
    this.retryAfterS = retryAfterS;
    this.extra = extra;
  }

  /** The server's sentence on one field of a form, if it has one. */
  on(field: string): string | undefined {
    const messages = this.errors.filter((error) => error.field === field).map((error) => error.message);
    return messages.length ? messages.join(' ') : undefined;
  }
}

export function networkError(): ApiError {
  return new ApiError(0, { code: 'network' });
}

function fallbackCode(status: number): string {
  if (status === 401) return 'not_authenticated';
  if (status === 403) return 'permission_denied';
  if (status === 404) return 'not_found';
  if (status === 413) return 'too_large';
  return status >= 500 ? 'server_error' : 'invalid';
}
