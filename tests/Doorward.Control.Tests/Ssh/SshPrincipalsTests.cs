using Doorward.Control.Ssh;

namespace Doorward.Control.Tests.Ssh;

public class SshPrincipalsTests
{
    [Theory]
    [InlineData("{user}", "alice", "alice")]
    [InlineData("{user}-admin", "alice", "alice-admin")]
    [InlineData("root", "alice", "root")]
    [InlineData("root", "root", "root")]
    [InlineData("{user}", "root", null)]
    [InlineData("ro{user}", "ot", null)]
    public void Nobody_is_root_by_a_name_alone(string principal, string user, string? login) =>
        Assert.Equal(login is null ? [] : [login], SshPrincipals.LoginsOf(principal, user));
}
