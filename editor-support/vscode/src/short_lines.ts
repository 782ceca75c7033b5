// The `short` format, of which the problem matcher `$wend` in package.json reads a line: `file:line:col: error[E0123]: text`. Files are
// named from the project's folder; a task tells them from the workspace's.
export const kShortLine = /^(.+?):(\d+):(\d+): (error|warning)\[([EW]\d{4})\]: (.*)$/;

export function fromWorkspace(line: string, folder: string): string {
  return folder === '' || !kShortLine.test(line) ? line : `${folder}/${line}`;
}
