/**
 * Where the product lives on its host: "" at the root, "/photos" when a reverse proxy publishes it below that path.
 * The server writes it into the page (see index.html); Vite's own server and tests leave "./" there, which is the root.
 */
const written = document.querySelector('meta[name="base-path"]')?.getAttribute('content') ?? '';

export const basePath = written.startsWith('/') ? written.replace(/\/+$/, '') : '';

/** A path of the server, such as "/media/faces/5.jpg", as this page has to ask for it. */
export const onServer = (path: string) => `${basePath}${path}`;

/** The name of something kept in the browser, apart from that of another instance on the same host. */
export const storageName = (name: string) => (basePath ? `${name} ${basePath}` : name);
