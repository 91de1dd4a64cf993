using System.Collections.Frozen;

namespace Doorward.Agent.Keys.Pkcs11;

/// <summary>A PKCS #11 module refused something; the message says what, and its return value in words.</summary>
internal sealed class Pkcs11Exception(string what, nuint code) : Exception($"{what}: {Words(code)}")
{
    private const nuint SessionClosed = 0xB0;
    private const nuint SessionInvalid = 0xB3;
    private const nuint TokenNotPresent = 0xE0;
    private const nuint DeviceRemoved = 0x32;
    private const nuint NotLoggedIn = 0x101;

    private static readonly FrozenDictionary<nuint, string> Known = new Dictionary<nuint, string>
    {
        [0x02] = "the module is out of memory",
        [0x03] = "there is no such slot",
        [0x05] = "the module failed",
        [0x06] = "the function failed",
        [0x07] = "the module does not understand the arguments",
        [0x11] = "the attribute is secret",
        [0x12] = "there is no such attribute",
        [0x30] = "the token reported an error",
        [0x31] = "the token is out of memory",
        [DeviceRemoved] = "the token was removed",
        [0x54] = "the module cannot do that",
        [0x60] = "the key is gone",
        [0x68] = "the key may not be used so",
        [0x70] = "the token does not know this mechanism",
        [0x82] = "the object is gone",
        [0xA0] = "the PIN is wrong",
        [0xA2] = "the PIN has a wrong length",
        [0xA3] = "the PIN has expired",
        [0xA4] = "the PIN is locked after too many wrong ones",
        [SessionClosed] = "the session was closed",
        [0xB1] = "too many sessions",
        [SessionInvalid] = "the session is gone",
        [0xB5] = "the session may only read",
        [0xD0] = "the template of the key is incomplete",
        [0xD1] = "the template of the key contradicts itself",
        [TokenNotPresent] = "there is no token in the slot",
        [0xE1] = "the token is not known",
        [0xE2] = "the token is write-protected",
        [NotLoggedIn] = "nobody is logged in",
        [0x102] = "the token has no PIN yet",
        [0x190] = "the module was not initialized",
    }.ToFrozenDictionary();

    public nuint Code => code;

    /// <summary>Whether the token was away, or is: then a new session may help.</summary>
    public bool IsSessionLost => code is SessionClosed or SessionInvalid or TokenNotPresent or DeviceRemoved or NotLoggedIn;

    private static string Words(nuint code) => $"{Known.GetValueOrDefault(code, "an error that we have no words for")} (0x{code:x})";
}
