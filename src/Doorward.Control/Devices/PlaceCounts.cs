using System.Net;
using Doorward.Control.Identity.SignIns;

namespace Doorward.Control.Devices;

/// <summary>
/// What of many is told: the first of a place, then once an hour with how many; so many places an hour, the rest under no address. Whoever
/// tries for ever, from everywhere, does not fill the log.
/// </summary>
internal sealed class PlaceCounts
{
    public const int MostPlaces = 64;
    private readonly Dictionary<string, HourlyCount> _places = new(StringComparer.Ordinal);

    /// <returns>The address that may be told, and how many of its place went untold before; null for those when these do too.</returns>
    public (IPAddress? Address, long? Untold) Add(IPAddress? address, DateTimeOffset now, long times = 1)
    {
        lock (_places)
        {
            var line = address is null ? "" : new AttemptSource(address).Line;
            if (_places.TryGetValue(line, out var known)) return (address, known.Add(now, times));
            if (_places.Count >= MostPlaces)
            {
                foreach (var (over, count) in _places)
                {
                    if (count.IsOver(now)) _places.Remove(over);
                }
            }

            if (_places.Count >= MostPlaces) (line, address) = ("", null);
            if (!_places.TryGetValue(line, out var counted)) _places.Add(line, counted = new HourlyCount());
            return (address, counted.Add(now, times));
        }
    }
}
