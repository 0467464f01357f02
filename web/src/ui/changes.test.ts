import { describe, expect, it } from 'vitest'
import { fieldChanges, fieldName } from './changes'

describe('before → after', () => {
  it('shows what differs, in words', () => {
    expect(fieldChanges({ name: 'Old', phone: '1' }, { name: 'New', phone: '1' })).toEqual([
      { field: 'Name', before: 'Old', after: 'New' },
    ])
    expect(fieldChanges(null, { document_root: '/a' })).toEqual([
      { field: 'Document root', before: '', after: '/a' },
    ])
  })

  it('leaves ids out: a name stands beside them', () => {
    expect(fieldChanges(null, { owner: 'Studio', owner_id: 'acc_1' })).toEqual([
      { field: 'Owner', before: '', after: 'Studio' },
    ])
  })

  it('writes a field as a person would', () => {
    expect(fieldName('end_reason')).toBe('End reason')
  })
})
