import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { quoted, wonceAsTyped } from '../../../dev/stack/typed';

it('in the usual data folder the command needs nothing in front, in another one that stands there', () => {
  expect(wonceAsTyped({})).toBe('npx wonce');
  expect(wonceAsTyped({ WONCE_DATA_DIR: '.wonce' })).toBe('npx wonce');
  expect(wonceAsTyped({ WONCE_DATA_DIR: '/srv/wonce' })).toBe('WONCE_DATA_DIR=/srv/wonce npx wonce');
  expect(wonceAsTyped({ WONCE_DATA_DIR: 'other' })).toBe(`WONCE_DATA_DIR=${resolve('other')} npx wonce`);
});

it.each(["a person's folder", '$HOME; `ls`', 'ä "b"'])('%s is one word for a shell', (text) => {
  expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
});
