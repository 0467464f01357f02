import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { VisuallyHidden } from '@mantine/core'
import { locale } from '../../i18n'
import type { Week } from '../../visit/weeks'
import { visitsTexts } from './texts'

/** WeekChart draws visits per week. It is loaded only where it is looked at; who hears the page gets the same as a list. */
export default function WeekChart({ weeks }: { weeks: Week[] }) {
  const t = visitsTexts.useT()
  const day = new Intl.DateTimeFormat(locale(), { day: 'numeric', month: 'short' })
  const data = weeks.map((week) => ({
    week: day.format(new Date(`${week.monday}T00:00:00`)),
    visits: week.visits,
  }))
  return (
    <>
      <BarChart
        h={150}
        data={data}
        dataKey="week"
        series={[{ name: 'visits', color: 'pine.5', label: t('weeks.visits') }]}
        gridAxis="x"
        yAxisProps={{ allowDecimals: false, width: 30, tickCount: 3 }}
        withTooltip={false}
        barProps={{ radius: [4, 4, 0, 0], maxBarSize: 44, isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        aria-hidden="true"
      />
      <VisuallyHidden>
        <ul>
          {data.map((each) => (
            <li key={each.week}>{t('weeks.said', { week: each.week, count: each.visits })}</li>
          ))}
        </ul>
      </VisuallyHidden>
    </>
  )
}
