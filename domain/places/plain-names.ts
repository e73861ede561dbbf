import { normalisePlace } from './region.ts';

/** The plain form of a name: without white space, half- and full-width alike. */
export function plainName(name: string): string {
  return normalisePlace(name);
}

/**
 * The plain form of a street, town or township. An office is the body that it serves: `柏城街道办事处` is `柏城街道`;
 * `南磨房（地区）乡` is the office of `南磨房地区`.
 */
export function plainStreet(name: string): string {
  return normalisePlace(name)
    .replace(/\(地区\)[乡镇]$/, '地区')
    .replace(/(?<=街道|地区)办事处$/, '');
}

/**
 * The plain form of a village or community. Its committee is the body itself, under the names that the official
 * table uses for it: `宇航社区居委会` and `宇航社区居民委员会` are `宇航社区`, `高庄村委会` and `高庄村村民委员会` are
 * `高庄村`. `行政村` says of a village that it has a committee.
 */
export function plainVillage(name: string): string {
  const text = normalisePlace(name);
  const community = /^(.+?)(?:社区)?(?:居民委员会|居委会)$/.exec(text);
  if (community) return `${community[1]}社区`;
  const village = /^(.+?)(村)?(?:村民委员会|村委会)$/.exec(text);
  if (village) return /(?:村|社区|嘎查)$/.test(village[1]!) ? village[1]! : `${village[1]}村`;
  return text.replace(/村?行政村$/, '村');
}

/**
 * The plain form of a development zone within its city: without the names of its province and city, and with the
 * usual short word for its kind. `吉林经济开发区` of 吉林市 is `经开区`, and so is `开发区`.
 */
export function plainZone(name: string, province: string, city: string): string {
  const stems = [province, city].map((each) =>
    normalisePlace(each).replace(/(?:壮族|回族|维吾尔)?自治区$|[省市盟]$|地区$|自治州$/, ''),
  );
  const own = stems.reduce(
    (rest, stem) => (rest.startsWith(stem) ? rest.slice(stem.length) : rest),
    plainName(name),
  );
  return own
    .replace(/^市(?=.)/, '')
    .replace(/^开发区$|经济(?:技术)?开发区$/, '经开区')
    .replace(/高新技术(?:产业)?(?:开发区|园区)$/, '高新区');
}
