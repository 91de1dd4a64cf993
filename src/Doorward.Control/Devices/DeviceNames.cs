using System.Globalization;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices;

/// <summary>What devices are called: as resources are, and no two that are not retired alike.</summary>
internal static class DeviceNames
{
    public static string Normalize(string name) => name.ToUpperInvariant();

    /// <summary>A name made of a host name, without its domain.</summary>
    public static string Of(string hostName)
    {
        var plain = new string([.. hostName.Split('.')[0].Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')]).TrimStart('-', '_');
        return plain.Length == 0 ? "device" : plain[..Math.Min(plain.Length, ResourceName.MaxLength - 8)];
    }

    /// <summary>
    /// Whether another device has it, or the API uses the word in its place. An id is a name too: whoever called a machine by another's would
    /// have that one held or retired for it.
    /// </summary>
    public static async Task<bool> IsTakenAsync(DoorwardDb db, string name, CancellationToken ct)
    {
        var normal = Normalize(name);
        return normal is "COMPLIANCE" or "INVITATIONS" or "PROVIDERS" || await db.Devices.AnyAsync(d => (d.NormalizedName == normal && d.Standing != DeviceStanding.Retired) || d.Id == name, ct);
    }

    /// <summary>The name, or with the first number that makes it one that no other has; a long one is cut for it.</summary>
    public static async Task<string> FreeAsync(DoorwardDb db, string name, CancellationToken ct)
    {
        var free = name;
        for (var number = 2; await IsTakenAsync(db, free, ct); number++)
        {
            var ending = string.Create(CultureInfo.InvariantCulture, $"-{number}");
            free = name[..Math.Min(name.Length, ResourceName.MaxLength - ending.Length)] + ending;
        }

        return free;
    }
}
