// Only these files of Vant: its usual entry brings an icon font from somebody else's server.
import 'vant/es/style/base.css'
import 'vant/es/loading/index.css'
import 'vant/es/button/index.css'
import 'vant/es/skeleton/index.css'
import 'vant/es/skeleton-title/index.css'
import 'vant/es/skeleton-paragraph/index.css'
import './design/tokens.css'
import './design/vant.css'
import './design/base.css'

import { createApp } from 'vue'

import App from './App.vue'
import { useBackend } from './backend/ask'
import { chooseBackend } from './backend/choose'
import { letTimePass } from './format/now'
import { i18n, markLanguage } from './messages'
import { router } from './router'

async function start(): Promise<void> {
  useBackend(await chooseBackend())
  markLanguage()
  letTimePass()
  createApp(App).use(i18n).use(router).mount('#app')
}

void start()
