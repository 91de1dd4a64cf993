using Doorward.Cli.Demo;

namespace Doorward.Cli.Tests.Demo;

public class DemoCredentialsTests
{
    [Theory]
    // RFC 6238 appendix B, the last six of its eight digits.
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void The_code_is_that_of_an_authenticator_app(long moment, string code) =>
        Assert.Equal(code, new DemoCredentials("", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").CodeAt(DateTimeOffset.FromUnixTimeSeconds(moment)));

    [Fact]
    public void Credentials_are_kept_for_their_owner_only()
    {
        var data = Directory.CreateTempSubdirectory("dw-");
        Assert.Null(DemoCredentials.Read(data));
        var credentials = DemoCredentials.Create();

        credentials.Write(data);

        Assert.Equal(credentials, DemoCredentials.Read(data));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data.FullName, "demo.json")));
        data.Delete(recursive: true);
    }
}
