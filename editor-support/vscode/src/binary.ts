// Where `wend` is: the setting, then the one that came with the extension, then PATH. Knows nothing of VS Code.
import * as path from 'path';

export interface Places {
  setting: string;              // wend.path; empty: not set
  extensionFolder: string;
  workspaceFolder?: string;     // what `${workspaceFolder}` and a relative setting begin at
  searchPath: string;           // PATH
  home: string;
  windows: boolean;
  isProgram(file: string): boolean;
}

export type Found = { file: string } | { missing: string };

export function findBinary(places: Places): Found {
  const name = places.windows ? 'wend.exe' : 'wend';
  if (places.setting.trim() !== '') {
    const file = resolveSetting(places);
    if (places.isProgram(file)) return { file };
    const inside = path.join(file, name);   // a folder was named
    if (places.isProgram(inside)) return { file: inside };
    return { missing: `the setting \`wend.path\` names \`${file}\`, which is not a program` };
  }
  const bundled = path.join(places.extensionFolder, 'bin', name);
  if (places.isProgram(bundled)) return { file: bundled };
  for (const folder of places.searchPath.split(places.windows ? ';' : ':')) {
    if (folder === '') continue;
    const file = path.join(folder, name);
    if (places.isProgram(file)) return { file };
  }
  return { missing: '`wend` was not found on PATH' };
}

function resolveSetting({ setting, workspaceFolder, home }: Places): string {
  let file = setting.trim();
  if (file.startsWith('~/')) file = path.join(home, file.slice(2));
  if (workspaceFolder !== undefined) file = file.split('${workspaceFolder}').join(workspaceFolder);
  return path.isAbsolute(file) || workspaceFolder === undefined ? file : path.join(workspaceFolder, file);
}
