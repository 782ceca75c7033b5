// Which `wend` is taken.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Places, findBinary } from '../src/binary';

const places = (programs: string[], more: Partial<Places> = {}): Places => ({
  setting: '', extensionFolder: '/ext', workspaceFolder: '/work', searchPath: '/usr/local/bin::/usr/bin', home: '/home/ada', windows: false,
  isProgram: (file) => programs.includes(file), ...more,
});

test('the setting comes before the one that was bundled, and that before PATH', () => {
  const everywhere = ['/opt/wend', '/ext/bin/wend', '/usr/bin/wend'];
  assert.deepEqual(findBinary(places(everywhere, { setting: '/opt/wend' })), { file: '/opt/wend' });
  assert.deepEqual(findBinary(places(everywhere)), { file: '/ext/bin/wend' });
  assert.deepEqual(findBinary(places(['/usr/bin/wend'])), { file: '/usr/bin/wend' });
});

test('PATH is searched in its order', () => {
  assert.deepEqual(findBinary(places(['/usr/bin/wend', '/usr/local/bin/wend'])), { file: '/usr/local/bin/wend' });
});

test('a setting may begin at home, at the workspace, or name a folder', () => {
  assert.deepEqual(findBinary(places(['/home/ada/bin/wend'], { setting: '~/bin/wend' })), { file: '/home/ada/bin/wend' });
  assert.deepEqual(findBinary(places(['/work/build/wend'], { setting: '${workspaceFolder}/build/wend' })), { file: '/work/build/wend' });
  assert.deepEqual(findBinary(places(['/work/build/wend'], { setting: 'build/wend' })), { file: '/work/build/wend' });
  assert.deepEqual(findBinary(places(['/opt/wend/wend'], { setting: ' /opt/wend ' })), { file: '/opt/wend/wend' });
});

test('a setting that names no program is told, and nothing else is taken in its place', () => {
  const found = findBinary(places(['/usr/bin/wend'], { setting: '/opt/wend' }));
  assert.ok('missing' in found && found.missing.includes('/opt/wend'));
});

test('where there is none, it says where it looked', () => {
  assert.deepEqual(findBinary(places([])), { missing: '`wend` was not found on PATH' });
});

test('on Windows it is wend.exe, and PATH is cut at semicolons', () => {
  const found = findBinary(places([], { windows: true, searchPath: 'C:\\a;C:\\b', isProgram: (file) => file.includes('C:\\b') && file.endsWith('wend.exe') }));
  assert.ok('file' in found);
});
