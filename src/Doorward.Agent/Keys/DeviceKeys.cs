using Doorward.Agent.Keys.Pkcs11;
using Doorward.Agent.Posture;
using Doorward.Agent.State;
using Doorward.Agent.Tpm;

namespace Doorward.Agent.Keys;

/// <summary>Opens the key that a device enrolled with, where it was put then.</summary>
internal static class DeviceKeys
{
    public static IDeviceKey Open(AgentFolder folder, KeyPlace place) => place switch
    {
        { Tpm: { } tpm } => new TpmDeviceKey(AddressOf(tpm.Address), TpmKeyBlob.Parse(tpm.DeviceKey) ?? throw new DeviceKeyException("the device key's record is damaged; enrol this device again")),
        { Token: { } token } => Pkcs11DeviceKey.OpenOrCreate(token),
        _ => FileDeviceKey.Open(folder.KeyFile, MachineId()),
    };

    public static TpmAddress AddressOf(string? address) => address is null
        ? TpmAddress.OfThisMachine
        : TpmAddress.Parse(address) ?? throw new DeviceKeyException($"{address} is no address of a TPM: write /dev/PATH, tcp:IP:PORT, unix:PATH or tbs");

    /// <summary>What a key file is sealed to (machine-id(5)); empty where there is none.</summary>
    public static string MachineId()
    {
        var files = new FileTree("/");
        return files.ReadLine("/etc/machine-id") ?? files.ReadLine("/var/lib/dbus/machine-id") ?? "";
    }
}
