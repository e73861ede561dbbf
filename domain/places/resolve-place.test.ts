import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Division, openGazetteer } from './gazetteer.ts';
import { plainStreet, plainVillage } from './plain-names.ts';
import { createPlaceResolver } from './resolve-place.ts';

function divisions(text: string): readonly Division[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '))
    .map(([code = '', name = '']) => ({ code, name }));
}

function startingWith(list: readonly Division[]) {
  return (code: string) => list.filter((each) => each.code.startsWith(code));
}

const GAZETTEER = openGazetteer({
  provinces: divisions(`
    11 北京市
    31 上海市
    33 浙江省
    35 福建省
    41 河南省
    44 广东省
    46 海南省
    50 重庆市
    65 新疆维吾尔自治区`),
  cities: divisions(`
    1101 市辖区
    3101 市辖区
    3301 杭州市
    3306 绍兴市
    3501 福州市
    4101 郑州市
    4190 省直辖县级行政区划
    4419 东莞市
    4690 省直辖县级行政区划
    6590 自治区直辖县级行政区划`),
  counties: divisions(`
    110105 朝阳区
    310115 浦东新区
    330102 上城区
    330106 西湖区
    330602 越城区
    330683 嵊州市
    350128 平潭县
    410171 郑州经济技术开发区
    410172 郑州高新技术产业开发区
    419001 济源市
    441900 东莞市
    469021 定安县
    500110 綦江区
    659001 石河子市`),
  former: divisions(`
    330104 江干区
    371200 莱芜市`),
  streetsUnder: startingWith(
    divisions(`
    110105021 南磨房地区
    110105037 孙河地区
    310115005 塘桥街道
    330106004 翠苑街道
    330602001 塔山街道
    330602002 府山街道
    330602100 东浦镇
    330683001 鹿山街道
    410172001 枫杨街道
    441900116 塘厦镇
    460400100 那大镇
    500110022 万盛街道
    654004506 兵团六十二团
    659001004 老街街道`),
  ),
  villagesUnder: startingWith(
    divisions(`
    110105021037 双龙西社区居委会
    330106004002 翠苑一区社区居委会
    330602001003 罗门社区居民委员会
    330602002005 罗门社区居民委员会
    330602002006 水偏门社区居民委员会
    330602100201 赏祊村村民委员会
    330683001001 江滨社区居委会
    410172001001 瑞达社区居委会
    441900116001 林村社区居委会
    654004506001 光明社区居委会
    659001004002 幸福社区居委会`),
  ),
});
const resolve = createPlaceResolver(GAZETTEER);

/** `region place`, or only the region when it is the whole place. */
function resolved(province: string, city: string, county: string, text: string): string {
  const { region, place } = resolve({ province, city, county }, text);
  return place === '' ? region : `${region} ${place}`;
}

describe('a place of an official list', () => {
  // biome-ignore format: a table reads better as a table
  const cases: readonly [what: string, names: readonly [string, string, string], text: string, result: string][] = [
    ['that is a street is its code',                 ['浙江省', '绍兴市', '越城区'], '府山街道',            '330602002'],
    ['that is a street in whole is its code',        ['浙江省', '绍兴市', '越城区'], '东浦镇全域',          '330602100'],
    ['with the names above it is the same',          ['浙江省', '绍兴市', '越城区'], '绍兴市越城区府山街道', '330602002'],
    ['with white space and full width is the same',  ['浙江省', '绍兴市 ', '越城区'], ' 府山　街道',         '330602002'],
    ['that is a village is its code',                ['浙江省', '绍兴市', '越城区'], '赏祊村',              '330602100201'],
    ['that is a committee is its village',           ['浙江省', '绍兴市', '越城区'], '赏祊村委会',          '330602100201'],
    ['that is a community is its code',              ['浙江省', '绍兴市', '越城区'], '水偏门社区',          '330602002006'],
    ['that two streets have stays a text',           ['浙江省', '绍兴市', '越城区'], '罗门社区',            '330602 罗门社区'],
    ['that its street tells apart is its code',      ['浙江省', '绍兴市', '越城区'], '塔山街道罗门社区',    '330602001003'],
    ['with a colon after the street is the same',    ['浙江省', '绍兴市', '越城区'], '塔山街道：罗门社区',  '330602001003'],
    ['with more than a community stays a text',      ['浙江省', '绍兴市', '越城区'], '塔山街道罗门社区3幢', '330602 塔山街道罗门社区3幢'],
    ['with an exception stays a text',               ['浙江省', '绍兴市', '越城区'], '府山街道（除高风险区外）', '330602 府山街道（除高风险区外）'],
    ['of another county stays a text',               ['浙江省', '绍兴市', '越城区'], '鹿山街道',            '330602 鹿山街道'],
    ['that is the whole county says so',             ['浙江省', '绍兴市', '越城区'], '全域',                '330602 全域'],
    ['that is the whole county by name says so',     ['浙江省', '绍兴市', '嵊州市'], '绍兴市嵊州市全域',    '330683 全域'],
    ['that is only the county by name stays a text', ['浙江省', '绍兴市', '嵊州市'], '嵊州市',              '330683 嵊州市'],
    ['lies in a county that is gone',                ['浙江省', '杭州市', '江干区'], '九堡街道',            '330104 九堡街道'],
    ['lies in a district of a municipality',         ['上海市', '上海市', '浦东新区'], '塘桥街道',          '310115005'],
    ['lies in a street of a municipality',           ['北京市', '朝阳区', '南磨房（地区）乡'], '双龙西社区', '110105021037'],
    ['is a street of a municipality in whole',       ['北京市', '朝阳区', '孙河乡'],   '全域',              '110105037'],
    ['lies in a street of a city without counties',  ['广东省', '东莞市', '塘厦镇'],   '林村社区',          '441900116001'],
    ['lies in a county that stands under no city',   ['海南省', '省直辖县级行政单位', '定安县'], '定城镇', '469021 定城镇'],
    ['lies in a county in the place of a city',      ['河南省', '济源市', '济源市'],   '沁园街道',          '419001 沁园街道'],
    ['lies in a zone that has a code',               ['河南省', '郑州市', '高新区'],   '枫杨街道瑞达社区',  '410172001001'],
    ['lies in a zone that is a county',              ['福建省', '平潭综合实验区', '平潭综合实验区'], '潭城镇', '350128 潭城镇'],
    ['of the Corps lies in its city',                ['新疆生产建设兵团', '新疆生产建设兵团', '新疆生产建设兵团'], '第八师石河子市老街街道幸福社区', '659001004002'],
    ['of the Corps lies in its regiment',            ['新疆生产建设兵团', '新疆生产建设兵团', '新疆生产建设兵团'], '第四师六十二团光明社区', '654004506001'],
    ['of the Corps lies at least in Xinjiang',       ['新疆生产建设兵团', '新疆生产建设兵团', '新疆生产建设兵团'], '第四师师直社区', '650000 新疆生产建设兵团第四师师直社区'],
  ];
  for (const [what, names, text, result] of cases)
    test(what, () => assert.equal(resolved(...names, text), result));
});

describe('a region that is not known', () => {
  // biome-ignore format: a table reads better as a table
  const cases: readonly [what: string, names: readonly [string, string, string], text: string, result: string][] = [
    ['never becomes the whole city',              ['浙江省', '绍兴市', '滨海新区'], '全域',      '330600 滨海新区全域'],
    ['never becomes it without a name either',    ['浙江省', '绍兴市', ''],         '全市',      '330600 绍兴市全市'],
    ['never becomes it when it is called so',     ['浙江省', '绍兴市', '全域'],     '全域',      '330600 全域全域'],
    ['never becomes a whole district',            ['重庆市', '重庆市', '万盛经开区'], '全域',    '500110 万盛经开区全域'],
    ['stays in front of the text',                ['浙江省', '绍兴市', '滨海新区'], '沥海街道1幢', '330600 滨海新区沥海街道1幢'],
    ['is not said twice',                         ['浙江省', '绍兴市', '滨海新区'], '绍兴市滨海新区沥海街道', '330600 绍兴市滨海新区沥海街道'],
    ['does not hide a street that only one county has', ['浙江省', '绍兴市', '滨海新区'], '鹿山街道江滨社区', '330683001001'],
    ['does not make a community of a bare name',  ['浙江省', '绍兴市', '滨海新区'], '江滨社区',  '330600 滨海新区江滨社区'],
    ['in a known province is kept there',         ['浙江省', '某市', '某县'],       '某村',      '330000 某县某村'],
  ];
  for (const [what, names, text, result] of cases)
    test(what, () => assert.equal(resolved(...names, text), result));

  test('in no known province is kept for a person', () => {
    const place = resolve({ province: '某省', city: '某市', county: '某县' }, '某村');
    assert.deepEqual(place, { depth: 'nothing', region: '', place: '某村', unknown: '某县' });
  });

  test('and no text is no place', () => {
    const place = resolve({ province: '浙江省', city: '绍兴市', county: '越城区' }, ' ');
    assert.deepEqual(place, { depth: 'nothing', region: '', place: '', unknown: '' });
  });
});

describe('one body under its official names', () => {
  // biome-ignore format: a table reads better as a table
  const villages: readonly (readonly string[])[] = [
    ['宇航社区', '宇航社区居委会', '宇航社区居民委员会', '宇航居委会'],
    ['高庄村', '高庄村委会', '高庄村民委员会', '高庄村村委会', '高庄村村民委员会', '高庄行政村', '高庄村行政村'],
    ['乌兰嘎查', '乌兰嘎查村委会', '乌兰嘎查村民委员会'],
  ];
  for (const [plain, ...official] of villages)
    test(`is ${plain}`, () =>
      assert.deepEqual(
        official.map(plainVillage),
        official.map(() => plain),
      ));

  test('is a street with its office', () => {
    assert.deepEqual(['柏城街道办事处', '柏城街道'].map(plainStreet), ['柏城街道', '柏城街道']);
    assert.equal(plainStreet('南磨房（地区）乡'), '南磨房地区');
  });
});
