import type { ReactNode } from 'react'
import { common } from '../../i18n/common'
import { Mark } from '../../ui/Mark'
import classes from './Door.module.css'
import { sessionTexts } from './texts'

/** Door is the page before the sign-in: the form on one side, what the house promises on the other. */
export function Door({ children }: { children: ReactNode }) {
  const c = common.useT()
  const t = sessionTexts.useT()
  return (
    <div className={classes.door}>
      <main className={classes.room}>
        <div className={classes.inner}>
          <div className={classes.brand}>
            <Mark size={36} />
            {c('product')}
          </div>
          {children}
        </div>
      </main>
      <aside className={classes.wall}>
        <Ledger />
        <div className={classes.words}>
          <p className={classes.promise}>{t('signIn.promise')}</p>
          <p className={classes.text}>{t('signIn.promiseText')}</p>
        </div>
      </aside>
    </div>
  )
}

/** Ledger draws an open guest book: ruled lines, a margin, entries in a hand nobody has to read. */
function Ledger() {
  const lines = Array.from({ length: 22 }, (_, index) => 70 + index * 44)
  const entries = [
    'M130 148c18-16 26 12 40-4s22-10 34 2 30-8 46 0M300 150c22-12 34 8 52-2s28 4 44-4',
    'M130 236c14-20 30 14 46-2s32 8 52-4 24 6 40 0M300 238c16-8 22 6 38 0s40-8 62 2 22-6 38 0',
    'M130 324c24-14 30 8 48-2s26 8 44-2M300 326c18-14 36 10 54-2s30 6 50-2',
    'M130 412c16-16 34 12 50-2s20 6 38 0 32-10 52 0M300 414c22-10 30 6 48 0s26-6 42 0',
  ]
  return (
    <svg viewBox="0 0 620 1000" preserveAspectRatio="xMinYMin slice" aria-hidden="true" fill="none">
      {lines.map((y) => (
        <path key={y} d={`M0 ${y}H620`} stroke="#ffffff" strokeOpacity="0.07" />
      ))}
      <path d="M104 0V1000" stroke="#dfa332" strokeOpacity="0.4" />
      {entries.map((d) => (
        <path key={d} d={d} stroke="#f0d193" strokeOpacity="0.42" strokeWidth="2.2" strokeLinecap="round" />
      ))}
    </svg>
  )
}
