import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { packed } from './pack.ts'

/** The server that answers the API while the app is developed; in use, the site itself serves `dist`. */
const server = process.env.YBA_SITE ?? 'http://127.0.0.1:8081'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), packed()],
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    // A strict Content-Security-Policy allows no data: fonts or scripts, and few files must stay few requests.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Few files: a first page costs at most twenty requests. A group takes all that its modules import with it, the
          // higher priority first. So `vendor` imports no other chunk, `shell` only `vendor`, and no ring of chunks can
          // form; a ring runs modules before what they import and leaves the page blank (scripts/web-chunks.test.ts).
          // What only dialogs need (and the index that names everything) is left out of `vendor`: pages bring it themselves.
          includeDependenciesRecursively: true,
          groups: [
            {
              name: 'vendor',
              test: /node_modules[\\/](react|react-dom|scheduler|react-i18next|i18next|@mantine[\\/](core(?![\\/]esm[\\/](index|components[\\/](index|Textarea|NativeSelect|NumberInput|SegmentedControl|FloatingIndicator|CopyButton|Modal|ModalBase|Drawer|Select|Combobox|Checkbox)))|hooks)|@floating-ui|@tanstack[\\/](react-router|router-core|history|react-store|store|react-query|query-core)|clsx|use-sync-external-store)[\\/]/,
              priority: 2,
            },
            {
              name: 'shell',
              test: /node_modules[\\/]@tabler[\\/]|src[\\/](ui[\\/](?!WindowedRows|Dialog)|data|actions|text[\\/](?!en|pages|vi[\\/]pages)|workplaces|shell[\\/]IdleLock)|features[\\/](referral|registration|exchange)[\\/]queries/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/auth': server, '/fhir': server, '/events': server } },
})
