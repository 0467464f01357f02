import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import '@mantine/core/styles/ColorSwatch.css'
import { VisuallyHidden } from '@mantine/core'
import type { VisitWeek } from '../../api/types'
import { locale } from '../../i18n'
import { byActor } from '../../visit/weeks'
import { visitsTexts } from './texts'

const colors = ['pine.6', 'brass.5', 'pine.3', 'clay.5', 'gray.6', 'gray.4']

/** WeekChart draws visits per week and whose they were. It is loaded only where it is looked at; who hears the page gets the same as a list. */
export default function WeekChart({ weeks }: { weeks: VisitWeek[] }) {
  const t = visitsTexts.useT()
  const day = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short' })
  const { actors, rows } = byActor(weeks, colors.length - 1, t('weeks.others'))
  const data = rows.map((row, index) => ({
    ...row,
    week: day.format(new Date(`${weeks[index]?.monday}T00:00:00`)),
  }))
  return (
    <>
      <BarChart
        h={190}
        type="stacked"
        data={data}
        dataKey="week"
        series={actors.map(({ key, name }, index) => ({
          name: key,
          label: name,
          color: colors[index] ?? 'gray.5',
        }))}
        gridAxis="x"
        withLegend
        legendProps={{ verticalAlign: 'bottom' }}
        yAxisProps={{ allowDecimals: false, width: 30, tickCount: 3 }}
        withTooltip={false}
        barProps={{ maxBarSize: 44, isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        aria-hidden="true"
      />
      <VisuallyHidden>
        <ul>
          {weeks.map((week, index) => (
            <li key={week.monday}>
              {t('weeks.said', { week: data[index]?.week ?? week.monday, count: week.visits })}
              {week.actors.map(({ actor, visits }) => ` ${actor.name}: ${visits}.`)}
            </li>
          ))}
        </ul>
      </VisuallyHidden>
    </>
  )
}
