using Doorward.Core.Evidences;

namespace Doorward.Core.Tests.Evidences;

public sealed class TimeEvidenceTests
{
    [Theory]
    [InlineData("Etc/UTC", 23, 7)]
    [InlineData("Asia/Tokyo", 8, 1)]
    [InlineData("America/New_York", 18, 7)]
    public void Hour_and_weekday_are_those_of_the_zone_and_the_moment_stays(string zone, int hour, int weekday)
    {
        var sunday = new DateTimeOffset(2030, 1, 6, 23, 30, 0, TimeSpan.Zero);

        Assert.Equal(new TimeEvidence(sunday, hour, weekday), TimeEvidence.At(sunday, TimeEvidence.ZoneOf(zone)));
    }

    [Fact]
    public void The_first_known_zone_counts_and_UTC_where_there_is_none()
    {
        Assert.Equal("Asia/Tokyo", TimeEvidence.ZoneOf("Asia/Tokyo", "Etc/UTC").Id);
        Assert.Equal("Asia/Tokyo", TimeEvidence.ZoneOf(null, "", "Nowhere/Town", "Asia/Tokyo").Id);
        Assert.Equal(TimeZoneInfo.Utc, TimeEvidence.ZoneOf(null, "Nowhere/Town"));
    }
}
