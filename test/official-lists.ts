/** The places of one county on a made-up list: province, city, county, places. */
export type ListedPlaces = readonly [
  province: string,
  city: string,
  county: string,
  places: readonly string[],
];

export interface MadeUpList {
  readonly time: string;
  readonly high?: readonly ListedPlaces[];
  readonly medium?: readonly ListedPlaces[];
  readonly low?: readonly ListedPlaces[];
}

/** A list in the form in which the State Council publishes it, with counts that are right. */
export function officialList({ time, high = [], medium = [], low }: MadeUpList) {
  return {
    data: {
      end_update_time: time,
      hcount: countOf(high),
      mcount: countOf(medium),
      ...(low && { lcount: countOf(low) }),
      highlist: high.map(entry),
      middlelist: medium.map(entry),
      ...(low && { lowlist: low.map(entry) }),
    },
    code: 0,
    msg: '查询成功',
  };
}

function entry([province, city, county, communitys]: ListedPlaces) {
  return { type: '2', province, city, county, area_name: `${province} ${city} ${county}`, communitys };
}

function countOf(entries: readonly ListedPlaces[]): number {
  return entries.reduce((count, [, , , places]) => count + places.length, 0);
}
