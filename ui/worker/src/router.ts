import { createRouter, createWebHashHistory } from 'vue-router'

import PinScreen from './screens/PinScreen.vue'
import { device, isInUse } from './session/device'

/** Hash addresses, because the pages may be opened from a window's own scheme. Later screens are read when first opened. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'orders', component: () => import('./screens/OrdersScreen.vue') },
    { path: '/enrol', name: 'enrol', component: () => import('./screens/EnrolScreen.vue') },
    { path: '/create', name: 'create', component: () => import('./screens/CreateScreen.vue') },
    { path: '/synchronisation', name: 'synchronisation', component: () => import('./screens/SynchronisationScreen.vue') },
    { path: '/pin', name: 'pin', component: PinScreen },
    { path: '/orders/:order', name: 'order', component: () => import('./screens/OrderScreen.vue'), props: true },
    { path: '/orders/:order/labour', name: 'labour', component: () => import('./screens/LabourScreen.vue'), props: true },
    { path: '/orders/:order/suspend', name: 'suspend', component: () => import('./screens/SuspendScreen.vue'), props: true },
    { path: '/orders/:order/give-back', name: 'give-back', component: () => import('./screens/GiveBackScreen.vue'), props: true },
    { path: '/orders/:order/complete', name: 'complete', component: () => import('./screens/CompleteScreen.vue'), props: true },
    { path: '/orders/:order/hand-over', name: 'hand-over', component: () => import('./screens/HandOverScreen.vue'), props: true },
    { path: '/:elsewhere(.*)*', redirect: { name: 'orders' } },
  ],
  // Under a sheet the screen stays where it is.
  scrollBehavior: (to, from, saved) => (to.query['sheet'] !== from.query['sheet'] ? false : (saved ?? { top: 0 })),
})

// Until it is known whose device this is, nothing is decided: the opening screen stands in front of every address.
router.beforeEach((to) => {
  if (!device.status) return true
  if (!isInUse.value && to.name !== 'enrol') return { name: 'enrol' }
  // While the device is in use only a hospital whose server has moved enrols it.
  return isInUse.value && to.name === 'enrol' && to.query['moved'] === undefined ? { name: 'orders' } : true
})
