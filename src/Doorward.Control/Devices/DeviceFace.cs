using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Control.Devices;

/// <summary>A device as gateways are told of it.</summary>
internal static class DeviceFace
{
    public static DeviceState StateOf(Device device) => new()
    {
        Id = device.Id,
        OwnerId = device.OwnerId ?? "",
        Standing = Name(device.Standing),
        Compliant = device.Compliant,
        Stale = device.Stale,
        KeyAssurance = device.KeyAssurance.Rank(),
        Platform = device.Platform,
        Reported = device.Reported?.ToTimestamp(),
        Revision = device.Revision,
        Facts =
        {
            StoredPosture.Of(device).Facts.Values.Where(static fact => fact.State != Core.Devices.Posture.FactState.Unknown)
                .Select(static fact => new DeviceFact { Name = fact.Name, Pass = fact.State == Core.Devices.Posture.FactState.Pass, Provenance = (int)fact.Provenance + 1, At = fact.At?.ToTimestamp() }),
        },
        Reasons = { device.Compliant ? [] : Healths.Of(device).Reasons.Select(static reason => $"{reason.What} {reason.Fix}") },
    };

    public static string Name(DeviceStanding standing) => standing switch
    {
        DeviceStanding.Active => "active",
        DeviceStanding.Held => "held",
        _ => "retired",
    };
}
