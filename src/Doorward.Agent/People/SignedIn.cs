using Doorward.Agent.Keys;

namespace Doorward.Agent.People;

/// <summary>A person who is signed in on this machine.</summary>
internal sealed record SignedIn(Installation Installation, string User, string Token)
{
    /// <summary>Throws when nobody is, in words for the person.</summary>
    public static SignedIn Read(string folder)
    {
        var place = new PersonFolder(folder);
        var record = place.Read() ?? throw new DeviceKeyException("you are not signed in on this machine: run doorward-agent login");
        var token = new TokenPlace(place).Read(record) ?? throw new DeviceKeyException("the sign-in is over, or ended with your last logout from this machine or its restart: run doorward-agent login");
        return new SignedIn(Installation.Of(record), record.User, token);
    }

    // A record prints its members, and the token must never reach a log.
    public override string ToString() => nameof(SignedIn);
}
