import { Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Card } from './Card'
import { Failure } from './states'

interface Props<T> {
  query: UseQueryResult<T>
  /** How much room is kept until it is there. */
  height: number
  children: (data: T) => ReactNode
}

/** Fetched shows one thing: that it is coming, why it is not, or what is there. What came once stays when a later try fails. */
export function Fetched<T>({ query, height, children }: Props<T>) {
  if (query.isPending) return <Skeleton height={height} radius="lg" aria-busy="true" />
  if (query.data === undefined) {
    return (
      <Card>
        <Failure error={query.error} retry={() => query.refetch()} />
      </Card>
    )
  }
  return children(query.data)
}
