"""Names of places as people write them in Japan: prefectures and large cities.

A name that is a word or a family name of its own stands here with its 県 or 市 only (大分, 津).
"""

_PREFECTURES = """
北海道 青森 岩手 宮城 秋田県 山形 福島県 茨城 栃木 群馬 埼玉 千葉県 東京 神奈川 新潟 富山 石川県
福井 山梨 長野県 岐阜 静岡 愛知 三重県 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山県 広島
山口県 徳島 香川県 愛媛 高知 福岡 佐賀 長崎 熊本 大分県 宮崎県 鹿児島 沖縄
"""
_CITIES = """
札幌 仙台 さいたま市 千葉市 横浜 川崎市 相模原 新潟市 静岡市 浜松 名古屋 京都市 大阪市 堺市 神戸
岡山市 広島市 北九州 福岡市 熊本市 函館 旭川 青森市 八戸 盛岡 秋田市 山形市 福島市 郡山 いわき市
水戸 宇都宮 前橋 高崎 川越 川口市 越谷 船橋 柏市 八王子 横須賀 富山市 金沢市 福井市 甲府 長野市
松本市 岐阜市 豊橋 岡崎市 一宮 豊田市 大津市 豊中 吹田 高槻 枚方 八尾市 寝屋川 東大阪 姫路 尼崎
明石市 西宮 奈良市 和歌山市 鳥取市 松江 倉敷 呉市 福山市 下関 高松市 松山市 高知市 久留米 長崎市
佐世保 大分市 宮崎市 鹿児島市 那覇 津市 つくば市 沼津
"""
REGIONS = (*_PREFECTURES.split(), *_CITIES.split())
