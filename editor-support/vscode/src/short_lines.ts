// The `short` format, of which the problem matcher `$wend` in package.json reads a line: `file:line:col: error[E0123]: text`, or
// `error[expectation]` of a test. Files are named from the project's folder; a task tells them from the workspace's.
export const kShortLine = /^(.+?):(\d+):(\d+): (error|warning)\[(\w+)\]: (.*)$/;

export function fromWorkspace(line: string, folder: string): string {
  return folder === '' || !kShortLine.test(line) ? line : `${folder}/${line}`;
}
