const SKIES = ["sunny", "cloudy", "rainy", "windy", "snowy"] as const;

export interface Weather {
  readonly city: string;
  readonly sky: (typeof SKIES)[number];
  readonly celsius: number;
}

/** Made-up weather, the same for a city each time. Ask a real service here. */
export function weatherIn(city: string): Weather {
  const seed = [...city.toLowerCase()].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const sky = SKIES[seed % SKIES.length] ?? "sunny";
  return { city, sky, celsius: sky === "snowy" ? -2 : 5 + (seed % 20) };
}
