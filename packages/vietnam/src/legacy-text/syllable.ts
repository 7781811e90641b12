/** Whether a word could be Vietnamese: onset, rime and tone that go together. A rule of spelling, not a dictionary. */

const ONSETS = 'b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x'.split(' ')

const RIMES = new Set(
  `a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
   e ec em en eng eo ep et ê êc êch êm ên êng ênh êp êt êu
   i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
   o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
   ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
   u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
   uy uya uych uyên uyêt uyn uynh uyp uyt uyu
   ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu yp`.split(/\s+/),
)

const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g
const STOPPED = /(c|ch|k|p|t)$/

/** A whole word, any case, composed or not. The place of the tone mark does not matter: `hoà` and `hòa` are both words. */
export function isSyllable(word: string): boolean {
  if (word.length > 14) return false
  const parts = word.toLowerCase().normalize('NFD')
  const tones = parts.match(TONE) ?? []
  if (tones.length > 1) return false
  const bare = parts.replaceAll(TONE, '').normalize('NFC')
  // A syllable that ends in a stop has one of two tones.
  if (STOPPED.test(bare) && tones[0] !== '\u0301' && tones[0] !== '\u0323') return false
  if (RIMES.has(bare)) return true
  return ONSETS.some((onset) => bare.startsWith(onset) && RIMES.has(bare.slice(onset.length))) || bare === 'gi'
}
