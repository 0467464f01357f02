import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.INNKEEPER_URL ?? 'http://127.0.0.1:8080'

/** first is what the first page needs, whichever it is: one file instead of forty. */
const first = new RegExp(
  [
    '@tanstack/',
    '/i18next/',
    '/openapi-fetch/',
    '/get-nonce/',
    '@mantine/core/esm/core/',
    '@mantine/hooks/',
    '@tabler/',
    '/src/(api|i18n|theme)/',
    '/src/ui/(Card|Facts|Meter|Moment|PageHeader|RouteTabs|Status|ask|confirm|states|toast|toasts|paging)\\.',
    '/src/visit/(Strip|VisitLine|calls|clock|informed|makeChanges|names|path|sentence|texts|times)\\.',
    '/components/(ActionIcon|Button|Center|Group|Kbd|Loader|Progress|Skeleton|Stack|Text|Title|VisuallyHidden)/',
  ].join('|'),
)

export default defineConfig({
  plugins: [react()],
  build: {
    manifest: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // Browsers open six connections to a server: few files that pages share are better than many.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 50 },
            { name: 'first', test: first, priority: 40 },
            { name: 'menus', test: /@floating-ui|\/components\/(Popover|Menu)\//, priority: 30 },
            { name: 'dialogs', test: /\/components\/(ModalBase|Modal|Drawer)\//, priority: 20 },
            {
              name: 'inputs',
              test: /\/components\/(Input|InputBase|TextInput|PasswordInput|NativeSelect|Alert|CloseButton|Anchor)\//,
              priority: 35,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': server, '^/as/[^/]+/(api|stop|mode|activity)': server },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
})
