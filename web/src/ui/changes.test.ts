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

  it('shows what is gone, and nothing where nothing changed', () => {
    expect(fieldChanges({ address: 'a@b', on: false }, { on: true })).toEqual([
      { field: 'Address', before: 'a@b', after: '' },
      { field: 'On', before: 'No', after: 'Yes' },
    ])
    expect(fieldChanges({}, null)).toEqual([])
  })

  it('says sizes and states in words, and leaves checksums out', () => {
    expect(
      fieldChanges(
        { size: 10, sha256: 'a', ttl: 60 },
        { size: 2048, sha256: 'b', status: 'waiting_for_password' },
      ),
    ).toEqual([
      { field: 'Size', before: expect.stringContaining('10'), after: expect.stringMatching(/2.*KB/i) },
      { field: 'TTL', before: '60', after: '' },
      { field: 'Status', before: '', after: 'Waiting for password' },
    ])
  })

  it('calls kinds of account what people call them', () => {
    expect(fieldChanges({ kind: 'admin', email: 'a@b' }, { kind: 'support', email: 'a@b' })).toEqual([
      { field: 'Kind', before: 'Administrator', after: 'Support' },
    ])
    expect(fieldChanges(null, { kind: 'unheard of' })[0]?.after).toBe('unheard of')
  })

  it('writes a field as a person would', () => {
    expect(fieldName('end_reason')).toBe('End reason')
    expect(fieldName('email')).toBe('E-mail')
  })
})
