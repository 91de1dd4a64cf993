using System.Net;
using System.Net.Sockets;

namespace Doorward.Agent.Tpm;

/// <summary>Where the TPM is: a device file, a simulator's socket, or Windows' TPM Base Services.</summary>
internal abstract record TpmAddress
{
    /// <summary>The TPM of this machine.</summary>
    public static TpmAddress OfThisMachine => OperatingSystem.IsWindows() ? new BaseServices() : new Device("/dev/tpmrm0");

    /// <summary>Reads <c>/dev/PATH</c>, <c>tcp:IP:PORT</c>, <c>unix:PATH</c> or <c>tbs</c>; null when it is none of these.</summary>
    public static TpmAddress? Parse(string text) => text switch
    {
        "tbs" => new BaseServices(),
        ['/', ..] => new Device(text),
        _ when text.StartsWith("unix:/", StringComparison.Ordinal) => new Socket(new UnixDomainSocketEndPoint(text["unix:".Length..])),
        _ when text.StartsWith("tcp:", StringComparison.Ordinal) && IPEndPoint.TryParse(text["tcp:".Length..], out var endPoint) && endPoint.Port != 0
            => new Socket(endPoint),
        _ => null,
    };

    public abstract ITpmTransport Open();

    internal sealed record Device(string Path) : TpmAddress
    {
        public override ITpmTransport Open() => StreamTransport.OpenDevice(Path);
    }

    internal sealed record Socket(EndPoint EndPoint) : TpmAddress
    {
        public override ITpmTransport Open() => StreamTransport.Connect(EndPoint);
    }

    internal sealed record BaseServices : TpmAddress
    {
        public override ITpmTransport Open() => OperatingSystem.IsWindows()
            ? new BaseServicesTransport()
            : throw TpmException.Gone("TPM Base Services are a part of Windows");
    }
}
