import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useAct } from '../../visit/makeChanges'
import { type Dropped, readDrop } from './dropped'
import classes from './Files.module.css'
import { fileTexts } from './texts'

interface Props {
  enabled: boolean
  name: string
  upload: (dropped: Dropped) => Promise<void>
  children: ReactNode
}

/** DropZone takes what is dragged in. Whoever does not drag has the Upload button. */
export function DropZone({ enabled, name, upload, children }: Props) {
  const t = fileTexts.useT()
  const act = useAct()
  const depth = useRef(0)
  const [over, setOver] = useState(false)
  const enter = (event: DragEvent, by: number) => {
    if (!enabled || !event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    depth.current += by
    setOver(depth.current > 0)
  }
  const drop = (event: DragEvent) => {
    if (!enabled) return
    event.preventDefault()
    depth.current = 0
    setOver(false)
    // What was dropped is gone once this function returns, so it is read before anything is asked.
    const reading = readDrop(event.dataTransfer)
    act('file:manage', () => void reading.then(upload))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a second way to what the Upload button does
    <div
      className={classes.zone}
      onDragEnter={(event) => enter(event, 1)}
      onDragOver={(event) => enter(event, 0)}
      onDragLeave={(event) => enter(event, -1)}
      onDrop={drop}
    >
      {children}
      {over && <div className={classes.over}>{t('drop', { name })}</div>}
    </div>
  )
}
