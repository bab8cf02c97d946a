import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  // The pages are opened from a folder, a window's own scheme or a loopback server: no path is absolute.
  base: './',
  plugins: [vue()],
  build: { target: ['chrome107', 'safari16'], sourcemap: false },
  define: { __VUE_I18N_LEGACY_API__: false },
})
