import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.INNKEEPER_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    manifest: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
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
