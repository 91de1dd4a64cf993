using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

/// <summary>manage-bde speaks the language of the system: of any but English nothing is read, and the fact is unknown.</summary>
internal sealed class BitLockerReader : IFactReader
{
    public string Fact => FactNames.DiskEncryption;

    public FactReading Read(Machine machine)
    {
        const string source = "manage-bde -status C:";
        if (machine.Questions.Ask("manage-bde", "-status", "C:") is not { } answer) return FactReading.Unknown("BitLocker is not a part of this Windows", source);
        var lines = TextFiles.Lines(answer.Good).Select(static line => line.Split(':', 2)).Where(static parts => parts.Length == 2)
            .ToLookup(static parts => parts[0].Trim(), static parts => parts[1].Trim());
        var (protection, encrypted) = (lines["Protection Status"].FirstOrDefault(), lines["Percentage Encrypted"].FirstOrDefault());
        if (protection is null || encrypted is null) return FactReading.Unknown("BitLocker's answer cannot be read", source);
        var isWhole = encrypted.Replace(',', '.').TrimEnd('%') is "100" or "100.0";
        return protection switch
        {
            "Protection On" => FactReading.Of(isWhole, $"protection on, {encrypted} encrypted", source),
            "Protection Off" => FactReading.Fail($"protection off, {encrypted} encrypted", source),
            _ => FactReading.Unknown($"{protection}, {encrypted} encrypted", source),
        };
    }
}
