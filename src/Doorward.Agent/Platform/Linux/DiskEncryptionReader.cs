using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class DiskEncryptionReader : IFactReader
{
    public string Fact => FactNames.DiskEncryption;

    public FactReading Read(Machine machine)
    {
        if (MountTable.Find(machine.Files, "/") is not { } root) return FactReading.Unknown("no root file system is named", MountTable.Source);
        return root.IsEncrypted(machine.Files) switch
        {
            true => FactReading.Pass($"{root.Device} is encrypted", root.Folder),
            false => FactReading.Fail($"{root.Device} is not encrypted", root.Folder),
            null => FactReading.Unknown($"the root file system is {root.Type} on {root.Device}, which the kernel does not tell of", MountTable.Source),
        };
    }
}
