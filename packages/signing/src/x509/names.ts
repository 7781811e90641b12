/**
 * Distinguished names with Vietnamese letters. Every attribute that is not plain printable ASCII is a UTF8String:
 * signing tools that copy an issuer name with another string type produce signatures nobody can verify.
 */
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

export interface DistinguishedName {
  country?: string
  province?: string
  locality?: string
  organization?: string
  organizationalUnit?: string
  title?: string
  /** For persons `CCCD:` and the number, for organisations `MST:` and the tax code. */
  serialNumber?: string
  commonName: string
}

const OID: Record<keyof DistinguishedName, string> = {
  country: '2.5.4.6',
  province: '2.5.4.8',
  locality: '2.5.4.7',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  title: '2.5.4.12',
  serialNumber: '2.5.4.5',
  commonName: '2.5.4.3',
}
const LABEL: Record<string, string> = {
  '2.5.4.6': 'C',
  '2.5.4.8': 'ST',
  '2.5.4.7': 'L',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'T',
  '2.5.4.5': 'serialNumber',
  '2.5.4.3': 'CN',
  '0.9.2342.19200300.100.1.1': 'UID',
}

/** Builds an X.501 name, values in NFC. */
export function buildName(name: DistinguishedName): pkijs.RelativeDistinguishedNames {
  const parts: asn1js.Set[] = []
  for (const key of Object.keys(OID) as (keyof DistinguishedName)[]) {
    const text = name[key]?.normalize('NFC')
    if (!text) continue
    // RFC 5280 fixes PrintableString for country and serialNumber.
    const printable = key === 'country' || (key === 'serialNumber' && /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text))
    const value = printable ? new asn1js.PrintableString({ value: text }) : new asn1js.Utf8String({ value: text })
    parts.push(new asn1js.Set({ value: [new asn1js.Sequence({ value: [new asn1js.ObjectIdentifier({ value: OID[key] }), value] })] }))
  }
  // Encoded here and read back: the library itself would put all attributes into one multi-valued RDN.
  return pkijs.RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: parts }).toBER(false))
}

/** The text of one attribute, or undefined. */
export function nameAttribute(name: pkijs.RelativeDistinguishedNames, key: keyof DistinguishedName): string | undefined {
  const found = name.typesAndValues.find((a) => a.type === OID[key])
  return found ? attributeText(found) : undefined
}

function attributeText(attribute: pkijs.AttributeTypeAndValue): string {
  const value: unknown = attribute.value.valueBlock.value
  return typeof value === 'string' ? value : ''
}

/** One line for people and records, most specific part first: `CN=…, T=…, O=…, C=VN`. */
export function nameText(name: pkijs.RelativeDistinguishedNames): string {
  return name.typesAndValues
    .toReversed()
    .map((a) => `${LABEL[a.type] ?? a.type}=${attributeText(a).replace(/([,+"\\<>;])/g, '\\$1')}`)
    .join(', ')
}
